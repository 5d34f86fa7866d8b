"""The spectral layer: weights written with eigenvalues and eigenvectors."""

from __future__ import annotations

from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from spectral.arguments import floating_type, true_or_false, usable_device, whole_number
from spectral.tensor_arguments import check_inputs, checked_columns


class SpectralLinear(nn.Module):
    r"""A linear layer whose weights are spectral: a drop-in for :class:`torch.nn.Linear`.

    Take the N input nodes and the M output nodes of the layer as one directed network of
    N + M nodes with adjacency matrix :math:`A = \Phi \Lambda \Phi^{-1}`. Its sub-diagonal
    block is the weight matrix of the layer (eq. A4 of the paper):

    .. math:: w_{ji} = (\lambda_i - \lambda_j) \, \psi_{ji}

    With :math:`\lambda_j = 0`, as in the paper and as by default here, this is eq. 1,
    :math:`w_{ji} = \lambda_i \psi_{ji}`: one number scales every link that leaves input i.

    Parameters
    ----------
    in_features
        N, the number of inputs, at least 1.
    out_features
        M, the number of outputs, at least 1.
    bias
        Whether to add a bias to each output.
    train_eigenvalues_out
        Whether the eigenvalues of the output nodes are trained. They start at zero and, unless
        trained, stay there.
    device, dtype
        Where and in what type the parameters are made.

    Attributes
    ----------
    eigenvalues_in : (N,)
        :math:`\lambda_i` of the input nodes, all 1 at the start.
    eigenvalues_out : (M,)
        :math:`\lambda_j` of the output nodes, all 0 at the start.
    eigenvectors : (M, N)
        :math:`\psi_{ji}`, Glorot-uniform at the start.
    bias : (M,) or None
        All 0 at the start.

    Shape
    -----
    Input ``(*, N)``, output ``(*, M)``. With ``columns``, a vector of indices, the input holds
    these columns alone, and the others count as zero. Each parameter may carry a leading
    dimension of S seeds, as :class:`spectral.Ensemble` gives it; then ``(S, B, N)`` becomes
    ``(S, B, M)``, every seed with its own weights.

    Raises
    ------
    ValueError
        If a size is below 1, or the inputs' last dimension is not N.
    TypeError
        If a size is not a whole number, or the inputs are not of the parameters' type.

    Examples
    --------
    >>> layer = SpectralLinear(3, 2)
    >>> layer(torch.ones(5, 3)).shape
    torch.Size([5, 2])
    >>> torch.equal(layer.weight, layer.eigenvalues_in * layer.eigenvectors)
    True
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        train_eigenvalues_out: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features = in_features = whole_number("in_features", in_features, least=1)
        self.out_features = out_features = whole_number("out_features", out_features, least=1)
        bias = true_or_false("bias", bias)
        trained_out = true_or_false("train_eigenvalues_out", train_eigenvalues_out)
        device = usable_device("device", device)
        dtype = None if dtype is None else floating_type("dtype", dtype)

        def parameter(*shape: int, trained: bool = True) -> nn.Parameter:
            values = torch.empty(*shape, device=device, dtype=dtype)
            return nn.Parameter(values, requires_grad=trained)

        self.eigenvalues_in = parameter(in_features)
        self.eigenvalues_out = parameter(out_features, trained=trained_out)
        self.eigenvectors = parameter(out_features, in_features)
        self.bias = parameter(out_features) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the eigenvectors anew and set eigenvalues and bias to their starting values."""
        nn.init.ones_(self.eigenvalues_in)
        nn.init.zeros_(self.eigenvalues_out)
        nn.init.xavier_uniform_(self.eigenvectors)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    @property
    def weight(self) -> Tensor:
        """The weight matrix in direct space, eq. A4: ``(M, N)``."""
        return self.eigenvectors * eigenvalue_differences(self.eigenvalues_in, self.eigenvalues_out)

    def forward(self, inputs: Tensor, columns: Tensor | None = None) -> Tensor:
        taken = self.in_features if columns is None else len(checked_columns(columns))
        check_inputs(inputs, taken, self.eigenvectors.dtype)
        if self.eigenvectors.dim() == 2:
            return F.linear(inputs, in_columns(self.weight, columns), self.bias)
        if torch.is_autocast_enabled(inputs.device.type):
            outputs = torch.bmm(inputs, in_columns(self.weight, columns).mT)
            return outputs if self.bias is None else outputs + self.bias[:, None]
        return _StackedSpectralLinear.apply(
            inputs,
            self.eigenvalues_in,
            self.eigenvalues_out,
            self.eigenvectors,
            self.bias,
            columns,
        )

    def relevance(self) -> Tensor:
        r"""How much the layer uses each input: ``(N,)``, never negative.

        The rescaled eigenvalue
        :math:`\tilde\lambda_i = |\lambda_i| \, (\sum_j \psi_{ji}^2)^{1/2}` of Appendix A. (The
        formula printed there lacks the square; the paper's words and the authors' code have
        it.)

        Examples
        --------
        >>> layer = SpectralLinear(2, 2)
        >>> with torch.no_grad():
        ...     _ = layer.eigenvalues_in.copy_(torch.tensor([-2.0, 0.0]))
        ...     _ = layer.eigenvectors.copy_(torch.tensor([[3.0, 1.0], [4.0, 1.0]]))
        >>> layer.relevance().tolist()
        [10.0, 0.0]
        """
        norms = torch.linalg.vector_norm(self.eigenvectors.detach(), dim=-2)
        return self.eigenvalues_in.detach().abs() * norms

    def decomposition(self) -> tuple[Tensor, Tensor]:
        r"""The eigenvectors :math:`\Phi` (eq. A1) and eigenvalues :math:`\Lambda` (eq. A2).

        Both are dense ``(N + M, N + M)`` matrices, input nodes first.
        """
        eigenvectors = self.eigenvectors.detach()
        size = self.in_features + self.out_features
        phi = torch.eye(size, device=eigenvectors.device, dtype=eigenvectors.dtype)
        phi = phi.expand(*eigenvectors.shape[:-2], size, size).clone()
        phi[..., self.in_features :, : self.in_features] = eigenvectors
        eigenvalues = torch.cat([self.eigenvalues_in, self.eigenvalues_out], dim=-1).detach()
        return phi, torch.diag_embed(eigenvalues)

    def adjacency(self) -> Tensor:
        r"""The adjacency matrix :math:`A = \Phi \Lambda \Phi^{-1}`, eq. A3: ``(N + M, N + M)``.

        Uses :math:`\Phi^{-1} = 2I - \Phi`.

        Examples
        --------
        >>> layer = SpectralLinear(3, 2, dtype=torch.float64)
        >>> torch.allclose(layer.adjacency()[3:, :3], layer.weight)
        True
        """
        phi, eigenvalues = self.decomposition()
        identity = torch.eye(phi.shape[-1], device=phi.device, dtype=phi.dtype)
        return phi @ eigenvalues @ (2 * identity - phi)

    @classmethod
    def from_linear(cls, linear: nn.Linear) -> Self:
        """The spectral layer that computes exactly what ``linear`` does.

        The eigenvalues start at 1 and the eigenvectors take the weights.

        Examples
        --------
        >>> linear = nn.Linear(3, 2)
        >>> inputs = torch.randn(4, 3)
        >>> torch.equal(SpectralLinear.from_linear(linear)(inputs), linear(inputs))
        True
        """
        if not isinstance(linear, nn.Linear):
            raise TypeError(f"linear is a {type(linear).__name__}, but must be a torch.nn.Linear")
        layer = cls(
            linear.in_features,
            linear.out_features,
            bias=linear.bias is not None,
            device=linear.weight.device,
            dtype=linear.weight.dtype,
        )
        with torch.no_grad():
            layer.eigenvectors.copy_(linear.weight)
            if layer.bias is not None:
                layer.bias.copy_(linear.bias)
        return layer.train(linear.training)

    def to_linear(self) -> nn.Linear:
        """The ordinary linear layer that computes exactly what this one does."""
        if self.eigenvectors.dim() != 2:
            raise ValueError("this layer holds several seeds: take one with Ensemble.member")
        linear = nn.Linear(
            self.in_features,
            self.out_features,
            bias=self.bias is not None,
            device=self.eigenvectors.device,
            dtype=self.eigenvectors.dtype,
        )
        with torch.no_grad():
            linear.weight.copy_(self.weight)
            if self.bias is not None:
                linear.bias.copy_(self.bias)
        return linear.train(self.training)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}, "
            f"train_eigenvalues_out={self.eigenvalues_out.requires_grad}"
        )


def eigenvalue_differences(eigenvalues_in: Tensor, eigenvalues_out: Tensor) -> Tensor:
    r""":math:`\lambda_i - \lambda_j` of every link: ``(..., M, N)``."""
    return eigenvalues_in.unsqueeze(-2) - eigenvalues_out.unsqueeze(-1)


def in_columns(tensor: Tensor, columns: Tensor | None) -> Tensor:
    """``tensor`` in some columns, ``(..., N)`` to ``(..., len(columns))``."""
    if columns is None:
        return tensor
    rows = tensor.flatten(0, -2)  # torch's index_select is four times as fast on a matrix
    return rows.index_select(-1, columns).view(*tensor.shape[:-1], -1)


def in_all_columns(tensor: Tensor, columns: Tensor | None, width: int) -> Tensor:
    """``(..., width)`` with ``tensor`` in its columns and zeros elsewhere."""
    if columns is None:
        return tensor
    wide = tensor.new_zeros(*tensor.shape[:-1], width)
    return wide.scatter_add_(-1, columns.expand(tensor.shape), tensor)


class _StackedSpectralLinear(torch.autograd.Function):
    """The layer of S seeds at once, ``(S, B, N)`` to ``(S, B, M)``.

    The same as batched products of :attr:`SpectralLinear.weight` under autograd, in fewer passes
    over memory. The outputs lie there feature by feature: a CPU multiplies faster along many
    samples than along few features, and so do the sums of batch normalisation.
    """

    @staticmethod
    def forward(
        ctx: Any,
        inputs: Tensor,
        eigenvalues_in: Tensor,
        eigenvalues_out: Tensor,
        eigenvectors: Tensor,
        bias: Tensor | None,
        columns: Tensor | None,
    ) -> Tensor:
        ctx.in_features = eigenvectors.shape[-1]
        eigenvectors = in_columns(eigenvectors, columns)
        differences = eigenvalue_differences(in_columns(eigenvalues_in, columns), eigenvalues_out)
        weight = eigenvectors * differences
        ctx.save_for_backward(inputs, eigenvectors, differences, weight, columns)
        if bias is None:
            return torch.bmm(weight, inputs.mT).mT
        return torch.baddbmm(bias.unsqueeze(-1), weight, inputs.mT).mT

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs, eigenvectors, differences, weight, columns = ctx.saved_tensors
        needs_inputs, needs_in, needs_out, needs_eigenvectors, needs_bias, _ = ctx.needs_input_grad
        of_inputs = torch.bmm(weight.mT, gradient.mT).mT if needs_inputs else None
        of_weight = torch.bmm(gradient.mT, inputs)
        of_eigenvectors = of_in = None
        if needs_eigenvectors:
            of_eigenvectors = in_all_columns(of_weight * differences, columns, ctx.in_features)
        of_differences = of_weight.mul_(eigenvectors)
        if needs_in:
            of_in = in_all_columns(of_differences.sum(-2), columns, ctx.in_features)
        of_out = of_differences.sum(-1).neg_() if needs_out else None
        of_bias = gradient.sum(-2) if needs_bias else None
        return of_inputs, of_in, of_out, of_eigenvectors, of_bias, None

"""The spectral layer: weights written with eigenvalues and eigenvectors."""

from __future__ import annotations

from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral.arguments import (
    floating_type,
    real_number,
    true_or_false,
    usable_device,
    whole_number,
)
from spectral.tensor_arguments import check_inputs


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
    Input ``(*, N)``, output ``(*, M)``. Each parameter may carry a leading dimension of S seeds,
    as :class:`spectral.Ensemble` gives it; then ``(S, B, N)`` becomes ``(S, B, M)``, every seed
    with its own weights.

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

    def forward(self, inputs: Tensor) -> Tensor:
        check_inputs(inputs, self.in_features, self.eigenvectors.dtype)
        if self.eigenvectors.dim() == 2:
            return F.linear(inputs, self.weight, self.bias)
        # Features before samples: a CPU multiplies faster along many samples, and so do the sums
        # of batch normalisation.
        if self.bias is None:
            return torch.bmm(self.weight, inputs.mT).mT
        return torch.baddbmm(self.bias.unsqueeze(-1), self.weight, inputs.mT).mT

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

    def penalty(self, eigenvalue_penalty: float, eigenvector_penalty: float) -> Tensor:
        r"""The L2 penalty: :math:`c_\lambda \sum_i \lambda_i^2 + c_\psi \sum_{ji} \psi_{ji}^2`.

        Of the eigenvalues, those of the input nodes alone are penalised. The smallest penalty
        that gives the column :math:`w_{\cdot i}` of weights is
        :math:`2 \sqrt{c_\lambda c_\psi} \, \lVert w_{\cdot i} \rVert_2`: a group lasso on the
        inputs, under which whole inputs fall silent.

        Parameters
        ----------
        eigenvalue_penalty : float
            :math:`c_\lambda`, at least 0.
        eigenvector_penalty : float
            :math:`c_\psi`, at least 0.

        Returns
        -------
        Tensor
            ``()``, or ``(S,)`` of a layer that holds S seeds.

        Raises
        ------
        TypeError, ValueError
            If a coefficient is not a finite number of at least 0.

        Examples
        --------
        >>> layer = SpectralLinear(2, 1)
        >>> _ = nn.init.constant_(layer.eigenvectors, 3.0)
        >>> layer.penalty(1.0, 0.5).item()
        11.0
        """
        of_eigenvalues = real_number("eigenvalue_penalty", eigenvalue_penalty, least=0)
        of_eigenvectors = real_number("eigenvector_penalty", eigenvector_penalty, least=0)
        eigenvalues = self.eigenvalues_in.square().sum(-1)
        eigenvectors = self.eigenvectors.square().sum((-2, -1))
        return of_eigenvalues * eigenvalues + of_eigenvectors * eigenvectors

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

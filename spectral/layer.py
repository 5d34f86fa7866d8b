"""The spectral layer: weights written with eigenvalues and eigenvectors."""

from __future__ import annotations

from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from spectral.arguments import (
    floating_type,
    real_number,
    true_or_false,
    usable_device,
    whole_number,
)
from spectral.computed_weight import HasComputedWeight
from spectral.tensor_arguments import check_inputs


class SpectralLinear(HasComputedWeight):
    r"""A linear layer whose weights are spectral: a drop-in for :class:`torch.nn.Linear`.

    Take the N input nodes and the M output nodes of the layer as one directed network of
    N + M nodes with adjacency matrix :math:`A = \Phi \Lambda \Phi^{-1}`. Its sub-diagonal
    block is the weight matrix of the layer (eq. A4 of the paper):

    .. math:: w_{ji} = (\lambda_i - \lambda_j) \, \psi_{ji}

    With :math:`\lambda_j = 0`, as in the paper and as by default here, this is eq. 1,
    :math:`w_{ji} = \lambda_i \psi_{ji}`: one number scales every link that leaves input i.
    State dicts of :class:`torch.nn.Linear` load, too: the eigenvectors take the weights.

    Parameters
    ----------
    in_features : int
        N, the number of inputs, at least 1.
    out_features : int
        M, the number of outputs, at least 1.
    bias : bool, default=True
        Whether to add a bias to each output.
    device : torch.device or str, default=None
        Where the parameters are made; None for torch's default.
    dtype : torch.dtype, default=None
        The floating-point type of the parameters; None for torch's default.
    train_eigenvalues_out : bool, default=False
        Whether the eigenvalues of the output nodes are trained. They start at zero and, unless
        trained, stay there.

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
    AttributeError, RuntimeError
        If the weight is set, registered, pruned or changed in place.

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
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        train_eigenvalues_out: bool = False,
    ) -> None:
        super().__init__()
        self.in_features = in_features = whole_number("in_features", in_features, least=1)
        self.out_features = out_features = whole_number("out_features", out_features, least=1)
        bias = true_or_false("bias", bias)
        trained_out = true_or_false("train_eigenvalues_out", train_eigenvalues_out)
        place: dict[str, Any] = {
            "device": usable_device("device", device),
            "dtype": None if dtype is None else floating_type("dtype", dtype),
        }
        self.eigenvalues_in = nn.Parameter(torch.empty(in_features, **place))
        self.eigenvalues_out = nn.Parameter(torch.empty(out_features, **place), trained_out)
        self.eigenvectors = nn.Parameter(torch.empty(out_features, in_features, **place))
        self.bias = nn.Parameter(torch.empty(out_features, **place)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the eigenvectors anew and set eigenvalues and bias to their starting values."""
        nn.init.ones_(self.eigenvalues_in)
        nn.init.zeros_(self.eigenvalues_out)
        nn.init.xavier_uniform_(self.eigenvectors)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def _computed_weight(self) -> Tensor:
        differences = self.eigenvalues_in.unsqueeze(-2) - self.eigenvalues_out.unsqueeze(-1)
        return self.eigenvectors * differences

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs, ``(*, M)``, or ``(S, B, M)`` of a layer that holds S seeds."""
        return _affine(inputs, self._computed_weight(), self.bias)

    def relevance(self) -> Tensor:
        r"""How much the layer uses each input: ``(N,)``, or ``(S, N)``, never negative.

        The length of the input's column of weights, :math:`\lVert w_{\cdot i} \rVert_2`. With
        :math:`\lambda_j = 0` this is the rescaled eigenvalue
        :math:`\tilde\lambda_i = |\lambda_i| \, (\sum_j \psi_{ji}^2)^{1/2}` of Appendix A. (The
        formula printed there lacks the square; the paper's words and the authors' code have
        it.) No gradient passes. Of a layer in half precision it is in float32, and so is the
        penalty: their squares pass its range at 256.

        Examples
        --------
        >>> layer = SpectralLinear(2, 2)
        >>> with torch.no_grad():
        ...     _ = layer.eigenvalues_in.copy_(torch.tensor([-2.0, 0.0]))
        ...     _ = layer.eigenvectors.copy_(torch.tensor([[3.0, 1.0], [4.0, 1.0]]))
        >>> layer.relevance().tolist()
        [10.0, 0.0]
        """
        return torch.linalg.vector_norm(_widened(self._computed_weight().detach()), dim=-2)

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
            ``()``, or ``(S,)`` of a layer that holds S seeds; at least in float32.

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
        on_eigenvalues = real_number("eigenvalue_penalty", eigenvalue_penalty, least=0)
        on_eigenvectors = real_number("eigenvector_penalty", eigenvector_penalty, least=0)
        eigenvalues = _widened(self.eigenvalues_in).square().sum(-1)
        eigenvectors = _widened(self.eigenvectors).square().sum((-2, -1))
        return on_eigenvalues * eigenvalues + on_eigenvectors * eigenvectors

    def decomposition(self) -> tuple[Tensor, Tensor]:
        r"""The eigenvectors :math:`\Phi` (eq. A1) and eigenvalues :math:`\Lambda` (eq. A2).

        Both are dense ``(N + M, N + M)`` matrices, input nodes first.
        """
        eigenvalues = torch.cat([self.eigenvalues_in, self.eigenvalues_out], dim=-1).detach()
        phi = torch.diag_embed(torch.ones_like(eigenvalues))
        phi[..., self.in_features :, : self.in_features] = self.eigenvectors.detach()
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

        The eigenvalues start at 1 and the eigenvectors take the weights; what is frozen in
        ``linear`` is frozen here. No random numbers are drawn.

        Parameters
        ----------
        linear : torch.nn.Linear
            The layer to take over; it stays as it is.

        Raises
        ------
        TypeError
            If ``linear`` is no :class:`torch.nn.Linear`.

        Examples
        --------
        >>> linear = nn.Linear(3, 2)
        >>> inputs = torch.randn(4, 3)
        >>> torch.equal(SpectralLinear.from_linear(linear)(inputs), linear(inputs))
        True
        """
        if not isinstance(linear, nn.Linear):
            raise TypeError(f"linear is a {type(linear).__name__}, but must be a torch.nn.Linear")
        layer = _new(cls, linear, linear.weight)
        layer.eigenvalues_in.requires_grad_(linear.weight.requires_grad)
        layer.eigenvectors.requires_grad_(linear.weight.requires_grad)
        if layer.bias is not None:
            layer.bias.requires_grad_(linear.bias.requires_grad)
        return layer

    def to_linear(self) -> nn.Linear:
        """The ordinary linear layer that computes exactly what this one does."""
        if self.eigenvectors.dim() != 2:
            raise ValueError("this layer holds several seeds: take one with Ensemble.member")
        return _new(nn.Linear, self, self._computed_weight())

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *others: Any, **options: Any
    ) -> None:
        """Also take the state of an :class:`torch.nn.Linear`, as eigenvectors of eigenvalue 1."""
        if f"{prefix}weight" in state_dict:
            weight = state_dict[f"{prefix}eigenvectors"] = state_dict.pop(f"{prefix}weight")
            state_dict[f"{prefix}eigenvalues_in"] = weight.new_ones(self.eigenvalues_in.shape)
            state_dict[f"{prefix}eigenvalues_out"] = weight.new_zeros(self.eigenvalues_out.shape)
        super()._load_from_state_dict(state_dict, prefix, *others, **options)

    def extra_repr(self) -> str:
        """The sizes and options, for ``repr``."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}, "
            f"train_eigenvalues_out={self.eigenvalues_out.requires_grad}"
        )


@fx.wrap  # a symbolic trace calls it as it is, since it looks at types and sizes
def _affine(inputs: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """The outputs, of one or many seeds."""
    check_inputs(inputs, weight.shape[-1], weight.dtype)
    if weight.dim() == 2:
        return F.linear(inputs, weight, bias)
    # Features before samples: a CPU multiplies faster along many samples, and so do the sums
    # of batch normalisation.
    if bias is None:
        return torch.bmm(weight, inputs.mT).mT
    return torch.baddbmm(bias.unsqueeze(-1), weight, inputs.mT).mT


def _widened(values: Tensor) -> Tensor:
    """The values at least in float32: the same tensor, unless in half precision."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def _new(kind: type[nn.Module], like: SpectralLinear | nn.Linear, weight: Tensor) -> Any:
    """A layer of that kind with this weight and the rest of another; draws no random numbers."""
    state = {"weight": weight} if like.bias is None else {"weight": weight, "bias": like.bias}
    layer = nn.utils.skip_init(
        kind,
        like.in_features,
        like.out_features,
        bias=like.bias is not None,
        device=weight.device,
        dtype=weight.dtype,
    )
    layer.load_state_dict(state)
    return layer.train(like.training)

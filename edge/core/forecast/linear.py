"""Small linear algebra in plain Python: at most eight unknowns, so that no numerical library is needed on the box."""

from collections.abc import Sequence
from math import sqrt
from operator import mul

Vector = list[float]
Matrix = list[Vector]

COARSE_M = 0.02
"""Errors below two steps of a staff gauge are all alike: they tell nothing about the weights."""

SHRINK = 3.0
"""The pull of every weight to zero, counted in observations: keeps two features that say the same from fighting."""

ROUNDS = 12


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    """The sum of the products of two vectors of one length."""
    return float(sum(map(mul, one, other)))


def solve(matrix: Matrix, right: Vector) -> Vector:
    """The solution of a symmetric positive definite system, by elimination."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = rows[column]
        for row in rows[column + 1 :]:
            factor = row[column] / pivot[column]
            for k in range(column, size + 1):
                row[k] -= factor * pivot[k]
    found = [0.0] * size
    for k in reversed(range(size)):
        found[k] = (rows[k][size] - sum(rows[k][j] * found[j] for j in range(k + 1, size))) / rows[k][k]
    return found


def typical(rows: Sequence[Vector]) -> Vector:
    """The root mean square of each column; 1 for a column of zeros."""
    return [sqrt(sum(row[k] ** 2 for row in rows) / len(rows)) or 1.0 for k in range(len(rows[0]))]


def robust_fit(rows: Sequence[Vector], wanted: Sequence[float]) -> Vector:
    """Weights with a small mean absolute error, pulled to zero: ridge regression, weighted anew by its own errors."""
    sizes = typical(rows)
    scaled = [[x / size for x, size in zip(row, sizes, strict=True)] for row in rows]
    heavy = [1.0] * len(rows)
    found: Vector = []
    for _ in range(ROUNDS):
        found = _ridge(scaled, wanted, heavy)
        heavy = [1 / max(abs(y - dot(row, found)), COARSE_M) for row, y in zip(scaled, wanted, strict=True)]
    return [weight / size for weight, size in zip(found, sizes, strict=True)]


def _ridge(rows: Sequence[Vector], wanted: Sequence[float], heavy: Sequence[float]) -> Vector:
    size = len(rows[0])
    pull = SHRINK * sum(heavy) / len(heavy)
    matrix = [[pull if i == j else 0.0 for j in range(size)] for i in range(size)]
    right = [0.0] * size
    for row, y, weight in zip(rows, wanted, heavy, strict=True):
        for i, x in enumerate(row):
            right[i] += weight * x * y
            line = matrix[i]
            for j in range(size):
                line[j] += weight * x * row[j]
    return solve(matrix, right)


def positive_fit(rows: Sequence[Vector], sizes: Sequence[float], rounds: int = 120) -> Vector:
    """Weights >= 0 such that ``rows`` times them follow the sizes (maximum likelihood of exponential errors).

    The multiplicative step cannot leave the positive side, and never makes the likelihood smaller.
    """
    width = len(rows[0])
    found = [sum(sizes) / max(sum(map(sum, rows)), 1e-9)] * width
    for _ in range(rounds):
        up, down = [0.0] * width, [0.0] * width
        for row, size in zip(rows, sizes, strict=True):
            guess = max(dot(row, found), 1e-9)
            for k, x in enumerate(row):
                up[k] += x * size / guess**2
                down[k] += x / guess
        found = [w * sqrt(u / d) if d > 0 else 0.0 for w, u, d in zip(found, up, down, strict=True)]
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies, on the line between two neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

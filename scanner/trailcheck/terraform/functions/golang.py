"""Powers and logarithms in 64-bit floating point, to the last bit as Go computes them.

Source: the algorithms of Go's `math.Pow` and of FreeBSD's `e_log.c`, which Go's `math.Log` follows;
the C library of the machine rounds some results the other way.
"""

from __future__ import annotations

from math import copysign, exp, floor, frexp, inf, isinf, ldexp, nan, sqrt

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
_ODD = (
    6.666666666666735130e-01,
    2.857142874366239149e-01,
    1.818357216161805012e-01,
    1.479819860511658591e-01,
)
_MOST_EXPONENT = 2.0**63
_LEAST_NORMAL = 2.0**-1022


def logarithm_of(given: float) -> float:
    """Return the natural logarithm, minus infinity of 0, and no number (NaN) below it."""
    if given <= 0 or isinf(given):
        return nan if given < 0 else -inf if given == 0 else given
    fraction, exponent = frexp(given)
    if given < _LEAST_NORMAL:
        # NOTE: Go's code for these processors reads the bits of such a number as of any other.
        fraction, exponent = 0.5 + ldexp(given, 1074 - 53), -1022
    if fraction < sqrt(2) / 2:
        fraction, exponent = fraction * 2, exponent - 1
    f, k = fraction - 1, float(exponent)
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_ODD[0] + s4 * (_ODD[1] + s4 * (_ODD[2] + s4 * _ODD[3])))
    even = s4 * (_EVEN[0] + s4 * (_EVEN[1] + s4 * _EVEN[2]))
    half = 0.5 * f * f
    return k * _LN2_HIGH - ((half - (s * (half + (odd + even)) + k * _LN2_LOW)) - f)


def power_of(base: float, exponent: float) -> float:
    """Return a number to a power: infinite if it is too large, NaN for a root below zero."""
    special = _special_power(base, exponent)
    if special is not None:
        return special
    whole, part = float(int(abs(exponent))), abs(exponent) - int(abs(exponent))
    if part and base < 0:
        return nan
    if whole >= _MOST_EXPONENT:
        if base == -1:
            return 1.0
        return 0.0 if (abs(base) < 1) == (exponent > 0) else inf
    result, scale = 1.0, 0
    if part:
        if part > 0.5:  # noqa: PLR2004 - the nearer whole number
            part, whole = part - 1, whole + 1
        result = exp(part * logarithm_of(base))
    square, power = frexp(base)
    bits = int(whole)
    while bits:
        if not -(1 << 12) < power < 1 << 12:
            scale += power
            break
        if bits & 1:
            result, scale = result * square, scale + power
        square, power = square * square, power * 2
        if square < 0.5:  # noqa: PLR2004 - a fraction lies between a half and one
            square, power = square + square, power - 1
        bits >>= 1
    if exponent < 0:
        result, scale = 1 / result, -scale
    try:
        return ldexp(result, scale)
    except OverflowError:
        return copysign(inf, result)


def _special_power(base: float, exponent: float) -> float | None:
    if exponent == 0 or base == 1:
        return 1.0
    if exponent == 1:
        return base
    if base == 0:
        odd = exponent == floor(exponent) and exponent % 2 == 1
        return (copysign(inf, base) if odd else inf) if exponent < 0 else (base if odd else 0.0)
    if exponent in {0.5, -0.5}:
        return nan if base < 0 else sqrt(base) if exponent > 0 else 1 / sqrt(base)
    return None

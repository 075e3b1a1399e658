package dev.posthorn.cidadao;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers as the original's JSON library writes them: the shortest digits that read back as the
 * same number; plain from 0.00001 to below 1e16, otherwise with an exponent, as in {@code 1e+20}
 * and {@code 1e-7}. A floating-point number always shows a fraction: {@code 0.0}.
 */
final class NumberText {
  private static final int PLAIN_ABOVE = -5;
  private static final int PLAIN_UP_TO = 16;

  private NumberText() {}

  /** Returns the JSON text of a number; {@code null} for one that is not finite. */
  static String of(Number number) {
    return switch (number) {
      case Double d -> ofDouble(d);
      case Float f -> Float.isFinite(f) ? of(new BigDecimal(f.toString())) : "null";
      case BigDecimal decimal -> of(decimal);
      default -> number.toString(); // integers of any size, atomic ones too
    };
  }

  private static String ofDouble(double d) {
    if (!Double.isFinite(d)) {
      return "null";
    }
    if (d == 0) {
      return 1 / d < 0 ? "-0.0" : "0.0";
    }
    return of(shortest(d));
  }

  /** Double.toString has two digits at least, though one may be enough: 4.9E-324 is 5e-324. */
  private static BigDecimal shortest(double d) {
    BigDecimal decimal = new BigDecimal(Double.toString(d)).stripTrailingZeros();
    if (decimal.precision() == 2) {
      BigDecimal one = decimal.round(new java.math.MathContext(1));
      if (one.doubleValue() == d) {
        return one;
      }
    }
    return decimal;
  }

  private static String of(BigDecimal decimal) {
    if (decimal.signum() == 0) {
      return "0.0";
    }
    BigDecimal stripped = decimal.stripTrailingZeros();
    BigInteger unscaled = stripped.unscaledValue().abs();
    String digits = unscaled.toString();
    int point = digits.length() - stripped.scale(); // where the point stands, from the first digit
    String text;
    if (point > PLAIN_ABOVE && point <= 0) {
      text = "0." + "0".repeat(-point) + digits;
    } else if (point > 0 && point <= PLAIN_UP_TO) {
      text =
          digits.length() <= point
              ? digits + "0".repeat(point - digits.length()) + ".0"
              : digits.substring(0, point) + "." + digits.substring(point);
    } else {
      text = scientific(digits, point - 1);
    }
    return stripped.signum() < 0 ? "-" + text : text;
  }

  private static String scientific(String digits, int exponent) {
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return digits.charAt(0) + fraction + (exponent < 0 ? "e" : "e+") + exponent;
  }
}

package dev.posthorn.spring.modulith.program;

import org.springframework.modulith.events.Externalized;

/** Events with targets that are mistakes. */
public final class BadlyRouted {
  private BadlyRouted() {}

  /** A property that does not exist. */
  @Externalized("invoice.paid::#{#this.custmer}")
  public record Misspelled(String customer) {}

  /** An event type that cannot be one. */
  @Externalized("invoice paid::customer-17")
  public record BadType(String customer) {}

  /** An application that cannot be one. */
  @Externalized("invoice.paid::no blanks please")
  public record BadApplication(String customer) {}

  /** A part that begins as text. */
  @Externalized("invoice.paid::customer-#{#this.number}")
  public record PartlyExpression(int number) {}

  /** A target whose key is empty. */
  @Externalized("invoice.paid::")
  public record EmptyApplication(String customer) {}

  /** An expression without its end. */
  @Externalized("invoice.paid::#{#this.customer")
  public record Unfinished(String customer) {}

  /** No target: the name of a nested type is no event type. */
  @Externalized
  public record Nested(String customer) {}
}

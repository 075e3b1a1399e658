package com.example.billing;

import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** A second payment of an invoice. */
@ResponseStatus(HttpStatus.CONFLICT)
public class AlreadyPaidException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception for an invoice. */
  public AlreadyPaidException(UUID invoice) {
    super("Invoice " + invoice + " is paid already");
  }
}

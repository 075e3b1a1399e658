package com.example.billing;

import dev.posthorn.Endpoint;
import dev.posthorn.Endpoints;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The page on which customers manage their endpoints. A real program takes the customer from the
 * session, so that each sees only their own.
 */
@RestController
@RequestMapping("/customers/{customer}/endpoints")
class EndpointController {
  private final Posthorn posthorn;

  EndpointController(Posthorn posthorn) {
    this.posthorn = posthorn;
  }

  /**
   * A request for an endpoint.
   *
   * @param url the URL of the customer's server
   */
  record NewUrl(String url) {}

  /**
   * An endpoint that was added.
   *
   * @param id its id
   * @param secret the secret with which the customer verifies signatures
   */
  record Added(String id, String secret) {}

  /**
   * An endpoint in the list.
   *
   * @param id its id
   * @param url its URL
   */
  record Listed(String id, String url) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Added add(@PathVariable String customer, @RequestBody NewUrl request) {
    Endpoints endpoints = posthorn.application(customer).endpoints();
    Endpoint endpoint =
        endpoints.add(NewEndpoint.builder(request.url()).events("invoice.*").build());
    return new Added(endpoint.id(), endpoints.secret(endpoint.id()));
  }

  @GetMapping
  List<Listed> list(@PathVariable String customer) {
    return posthorn.application(customer).endpoints().list().stream()
        .map(endpoint -> new Listed(endpoint.id(), endpoint.url()))
        .toList();
  }

  @DeleteMapping("/{endpoint}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(@PathVariable String customer, @PathVariable String endpoint) {
    posthorn.application(customer).endpoints().remove(endpoint);
  }

  /** Answers a bad URL or an unknown endpoint with the reason, and anything else with 503. */
  @ExceptionHandler
  ProblemDetail refused(PosthornException e) {
    HttpStatus status =
        switch (e.reason()) {
          case INVALID -> HttpStatus.BAD_REQUEST;
          case NOT_FOUND -> HttpStatus.NOT_FOUND;
          default -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    boolean telling = e.reason() == Reason.INVALID || e.reason() == Reason.NOT_FOUND;
    return ProblemDetail.forStatusAndDetail(
        status, telling ? String.valueOf(e.getMessage()) : "Try again later");
  }
}

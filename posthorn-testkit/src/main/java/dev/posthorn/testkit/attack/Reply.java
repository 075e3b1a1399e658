package dev.posthorn.testkit.attack;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer of the API.
 *
 * @param status the HTTP status
 * @param body the body
 */
record Reply(int status, String body) {
  private static final int SHOWN = 300;

  boolean isGood() {
    return status / 100 == 2;
  }

  /** Returns this if its status is 2xx. */
  Reply good(String request) throws IOException {
    if (!isGood()) {
      throw new IOException(request + " was answered with " + this);
    }
    return this;
  }

  /** Returns the first text of a JSON property. */
  String text(String name) throws IOException {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(body);
    if (!found.find()) {
      throw new IOException("no " + name + " in " + body);
    }
    return found.group(1);
  }

  @Override
  public String toString() {
    return status + " " + body.substring(0, Math.min(SHOWN, body.length()));
  }
}

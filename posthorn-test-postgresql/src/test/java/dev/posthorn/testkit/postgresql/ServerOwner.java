package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A program that starts a server, prints its port, and ends with its input or when it is killed.
 */
final class ServerOwner {
  private ServerOwner() {}

  public static void main(String[] args) throws IOException {
    EmbeddedPostgresql server = EmbeddedPostgresql.start();
    System.out.println(server.port());
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}

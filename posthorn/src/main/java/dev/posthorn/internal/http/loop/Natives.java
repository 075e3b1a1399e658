package dev.posthorn.internal.http.loop;

import dev.posthorn.internal.file.UnpackFolders;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads Netty's native libraries where Netty's own mechanism fails. */
public final class Natives {
  private static final Logger LOG = LoggerFactory.getLogger(Natives.class);

  /** Property of the folder into which Netty unpacks; read once, with the first library. */
  private static final String FOLDER = "io.netty.native.workdir";

  private static final String TEMPORARY = "io.netty.tmpdir";

  private static boolean tried;

  private Natives() {}

  /**
   * Loads the libraries, once; without them Netty runs in Java alone, which takes more CPU time.
   */
  public static synchronized void load(UnpackFolders folders) {
    boolean isSet = System.getProperty(FOLDER) != null || System.getProperty(TEMPORARY) != null;
    if (tried || isSet || folders.areUsual()) {
      return;
    }
    tried = true;
    try {
      folders.load(Natives::loadFrom);
    } catch (IOException e) {
      LOG.warn(
          "Netty goes without epoll and BoringSSL, which takes more CPU time: {}", e.getMessage());
    }
  }

  private static void loadFrom(Path folder) {
    System.setProperty(FOLDER, folder.toString());
    try {
      boolean epoll = Epoll.isAvailable(); // which loads it
      boolean tls = OpenSsl.isAvailable();
      LOG.debug("Loaded from {}: epoll {}, BoringSSL {}", folder, epoll, tls);
    } finally {
      System.clearProperty(FOLDER);
    }
  }
}

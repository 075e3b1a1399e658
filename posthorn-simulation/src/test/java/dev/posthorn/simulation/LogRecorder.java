package dev.posthorn.simulation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The SLF4J provider of this module's tests. Records the lines of the engine while a test asks for
 * them, and drops them otherwise: thousands of simulated runs, each with its crashes and faults,
 * would fill the log. Prints the warnings of everything else.
 */
public final class LogRecorder implements SLF4JServiceProvider {
  private static final String ENGINE = "dev.posthorn.internal.engine.";
  private static final List<String> LINES = new CopyOnWriteArrayList<>();
  private static volatile boolean recording;

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** Creates the provider; SLF4J does so. */
  public LogRecorder() {}

  /** Records the lines of the engine at level debug and above, until {@link #stop}. */
  static void start() {
    LINES.clear();
    recording = true;
  }

  static void stop() {
    recording = false;
  }

  /** Returns the recorded lines, oldest first: the level and the message. */
  static List<String> lines() {
    return List.copyOf(LINES);
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return Recording::new;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0";
  }

  @Override
  public void initialize() {}

  private static final class Recording extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    Recording(String name) {
      this.name = name;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      String line = level + " " + MessageFormatter.basicArrayFormat(message, arguments);
      if (name.startsWith(ENGINE)) {
        LINES.add(line);
      } else {
        System.err.println(name + " " + line);
        if (thrown != null) {
          thrown.printStackTrace();
        }
      }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    private boolean isEnabled(Level level) {
      return name.startsWith(ENGINE) ? recording : level.toInt() >= Level.WARN.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
      return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
      return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
      return isEnabled(Level.ERROR);
    }
  }
}

package dev.posthorn.cidadao;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The SLF4J provider of this module's tests: keeps the events of the fluent API as they are, and
 * prints warnings and errors of the plain one.
 */
public final class LogRecorder implements SLF4JServiceProvider {
  private static final List<LoggingEvent> EVENTS = new CopyOnWriteArrayList<>();
  private static volatile Level level = Level.DEBUG;

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** Creates the provider; SLF4J does so. */
  public LogRecorder() {}

  /** Forgets all events, and records those of a level and above from now on. */
  static void reset(Level lowest) {
    level = lowest;
    EVENTS.clear();
  }

  /** Returns the recorded events, oldest first. */
  static List<LoggingEvent> events() {
    return List.copyOf(EVENTS);
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

  private static final class Recording extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1L;

    Recording(String name) {
      this.name = name;
    }

    @Override
    public void log(LoggingEvent event) {
      EVENTS.add(event);
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level at,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      if (at.toInt() >= Level.WARN.toInt()) {
        String text = MessageFormatter.basicArrayFormat(message, arguments);
        System.err.println(at + " " + name + " " + text);
        if (thrown != null) {
          thrown.printStackTrace();
        }
      }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    private boolean isEnabled(Level wanted) {
      return wanted.toInt() >= level.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
      return isEnabled(Level.TRACE);
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

package dev.posthorn.server.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The configuration of logs: to standard error, as text or JSON. Logback finds it as a service, and
 * so looks for no configuration file. Commands other than {@code serve} log only warnings and
 * errors.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
  static final List<String> FORMATS = List.of("text", "json");

  /** Line breaks in a message are replaced, since they could forge another line. */
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{0} %replace(%msg){'[\\r\\n]+', ' '}%n";

  /** Creates the configuration; called by Logback. */
  public Logs() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    apply(context, "text", "warn");
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Changes the level and format of logs.
   *
   * @param format one of {@link #FORMATS}
   * @param level one of {@link #LEVELS}, for Posthorn itself; other loggers show only warnings and
   *     errors
   */
  static void configure(String format, String level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      apply(context, format, level);
    }
  }

  private static void apply(LoggerContext context, String format, String level) {
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("stderr");
    console.setTarget("System.err");
    console.setEncoder(encoder(context, format));
    console.start();
    Level wanted = Level.toLevel(level);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(wanted.isGreaterOrEqual(Level.WARN) ? wanted : Level.WARN);
    root.addAppender(console);
    context.getLogger("dev.posthorn").setLevel(wanted);
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
    if (format.equals("json")) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithContext(false);
      json.setWithMarkers(false);
      json.setWithMDC(false);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithFormattedMessage(true);
      json.start();
      return json;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(PATTERN);
    text.start();
    return text;
  }
}

package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a database of their own as a parameter ({@link TestDatabase}), and all tests of a
 * process the same server ({@link EmbeddedPostgresql}). Where no server can run, the tests are
 * skipped, and the reason is reported with them.
 */
public final class PostgresqlExtension implements ExecutionCondition, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PostgresqlExtension.class);

  /** The server of all tests, or the reason that there is none. */
  private record Shared(@Nullable EmbeddedPostgresql server, @Nullable IOException failure)
      implements AutoCloseable {

    static Shared start() {
      try {
        return new Shared(EmbeddedPostgresql.start(), null);
      } catch (IOException e) {
        return new Shared(null, e);
      }
    }

    @Override
    public void close() {
      if (server != null) {
        server.close();
      }
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    IOException failure = shared(context).failure();
    return failure == null
        ? ConditionEvaluationResult.enabled("PostgreSQL runs")
        : ConditionEvaluationResult.disabled("PostgreSQL does not run: " + failure.getMessage());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestDatabase.class || type == EmbeddedPostgresql.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    EmbeddedPostgresql server = shared(context).server();
    if (server == null) {
      throw new IllegalStateException("PostgreSQL does not run");
    }
    if (parameter.getParameter().getType() == EmbeddedPostgresql.class) {
      return server;
    }
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(TestDatabase.class, key -> server.createDatabase(), TestDatabase.class);
  }

  private static Shared shared(ExtensionContext context) {
    return context
        .getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(Shared.class, key -> Shared.start(), Shared.class);
  }
}

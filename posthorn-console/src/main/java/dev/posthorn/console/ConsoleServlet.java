package dev.posthorn.console;

import dev.posthorn.server.embed.EmbeddedConsole;
import dev.posthorn.server.embed.Visitor;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The console as a servlet, to be mapped to a path such as {@code /admin/webhooks/*} with support
 * for asynchronous requests. The program's security must protect that path.
 */
public final class ConsoleServlet implements Servlet {
  private final EmbeddedConsole console;
  private final Function<HttpServletRequest, @Nullable Visitor> visitors;
  private @Nullable ServletConfig config;

  /**
   * Creates a servlet.
   *
   * @param visitors returns the person whom the program has signed in, or null
   */
  public ConsoleServlet(
      EmbeddedConsole console, Function<HttpServletRequest, @Nullable Visitor> visitors) {
    this.console = console;
    this.visitors = visitors;
  }

  /**
   * Returns a function that finds the person of a request as the container knows it.
   *
   * @param operatorRole the role of people who may change something; null if nobody may
   */
  public static Function<HttpServletRequest, @Nullable Visitor> signedIn(
      @Nullable String operatorRole) {
    return request -> {
      Principal principal = request.getUserPrincipal();
      return principal == null
          ? null
          : new Visitor(
              principal.getName(), operatorRole != null && request.isUserInRole(operatorRole));
    };
  }

  @Override
  public void service(ServletRequest request, ServletResponse response) throws IOException {
    if (request instanceof HttpServletRequest asked
        && response instanceof HttpServletResponse answered) {
      console.handle(new ServletExchange(asked, answered), visitors.apply(asked));
    }
  }

  @Override
  public void init(ServletConfig given) {
    config = given;
  }

  @Override
  public @Nullable ServletConfig getServletConfig() {
    return config;
  }

  @Override
  public String getServletInfo() {
    return "Posthorn console";
  }

  /** Does nothing: whoever has created the console closes it. */
  @Override
  public void destroy() {}
}

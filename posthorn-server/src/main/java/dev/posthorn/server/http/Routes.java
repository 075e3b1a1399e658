package dev.posthorn.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation for a method and path, in a tree of segments; fixed segments take precedence.
 */
final class Routes {
  private static final Set<String> CHANGING = Set.of("DELETE", "PATCH", "PUT");

  private final Node root = new Node();

  /** A node of the tree: its children and the operations that end here, by method. */
  private static final class Node {
    final Map<String, Node> fixed = new HashMap<>();
    @Nullable Node variable;
    final Map<String, Operation> operations = new HashMap<>();
  }

  /**
   * A matching operation.
   *
   * @param operation the operation
   * @param path the values of its variable segments, still encoded, in order
   */
  record Match(Operation operation, List<String> path) {}

  /** Creates the routes of operations; throws if two match the same request. */
  Routes(List<Operation> operations) {
    for (Operation operation : operations) {
      Node node = root;
      for (String segment : segments(operation.path())) {
        if (segment.startsWith("{")) {
          if (node.variable == null) {
            node.variable = new Node();
          }
          node = node.variable;
        } else {
          node = node.fixed.computeIfAbsent(segment, name -> new Node());
        }
      }
      if (node.operations.put(operation.method(), operation) != null) {
        throw new IllegalStateException(
            "duplicate operation " + operation.method() + " " + operation.path());
      }
    }
  }

  /** Returns the index, from 0, of the path's variable segment with a name. Allocates nothing. */
  static int index(String path, String name) {
    int index = 0;
    for (int at = path.indexOf('{'); at >= 0; at = path.indexOf('{', at + 1)) {
      int end = at + 1 + name.length();
      if (path.startsWith(name, at + 1) && end < path.length() && path.charAt(end) == '}') {
        return index;
      }
      index++;
    }
    throw new IllegalArgumentException(path + " has no segment {" + name + "}");
  }

  /** Splits a path; ignores one slash at the end, and keeps other empty segments. */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(8);
    int start = 1;
    while (start < path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      segments.add(path.substring(start, end));
      start = end + 1;
    }
    return segments;
  }

  /**
   * Returns the operation for a request.
   *
   * <p>A trailing slash is ignored for methods that read or add. Methods that change one object
   * refuse it: with an empty id or {@code .} as id, a URL ends with the slash of the collection,
   * and with {@code ..} URL parsers shorten it to the path of the parent.
   *
   * @throws ApiError 404 if there is no such path, 405 if it has no such method
   */
  Match find(String method, @Nullable String path) {
    if (path != null && path.endsWith("/") && CHANGING.contains(method)) {
      throw ApiError.notFound(
          method
              + " needs a path that ends with an id or a name; nothing follows the last slash of"
              + " this one");
    }
    List<String> values = new ArrayList<>(4);
    // OPTIONS * and CONNECT host:port have no path.
    Node node =
        path == null || !path.startsWith("/") ? null : find(root, segments(path), 0, values);
    if (node == null) {
      throw ApiError.notFound("this path does not exist; see /api/v1/openapi.json");
    }
    Operation operation = node.operations.get(method);
    if (operation == null && method.equals("HEAD")) {
      operation = node.operations.get("GET");
    }
    if (operation == null) {
      throw ApiError.methodNotAllowed(method, methods(node));
    }
    return new Match(operation, values);
  }

  private static Set<String> methods(Node node) {
    Set<String> methods = new TreeSet<>(node.operations.keySet());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }

  private static @Nullable Node find(
      Node node, List<String> segments, int at, List<String> values) {
    if (at == segments.size()) {
      return node.operations.isEmpty() ? null : node;
    }
    String segment = segments.get(at);
    Node fixed = node.fixed.get(segment);
    if (fixed != null) {
      Node found = find(fixed, segments, at + 1, values);
      if (found != null) {
        return found;
      }
    }
    if (node.variable == null || segment.isEmpty()) {
      return null;
    }
    int before = values.size();
    values.add(segment);
    Node found = find(node.variable, segments, at + 1, values);
    if (found == null) {
      values.subList(before, values.size()).clear();
    }
    return found;
  }

  /** Returns a segment of a path, decoded; throws 400 if it cannot be. */
  static String decoded(String segment) {
    try {
      return segment.indexOf('%') < 0
          ? segment
          : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("the path has a % that is not followed by two hexadecimal digits");
    }
  }
}

package javax.json;

/** Stands for the interface of older programs; what it shows is not what it is. */
@FunctionalInterface
public interface JsonValue {
  String getString();
}

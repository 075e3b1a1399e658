package dev.posthorn.spring.boot;

import dev.posthorn.spi.store.StoreProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Hints about what a native image of a program would leave out: files of statements, the stores of
 * other modules, and types that are looked up by their name. Spring adds those of the properties
 * and the beans itself.
 */
final class PosthornRuntimeHints implements RuntimeHintsRegistrar {
  private static final List<String> FILES =
      List.of(
          "dev/posthorn/store/sqlite/*.sql",
          "dev/posthorn/store/postgresql/*.sql",
          "dev/posthorn/inbox/*.sql",
          "META-INF/services/" + StoreProvider.class.getName());

  /** The object that a Posthorn without a mapper of the program's own writes when it opens. */
  private static final String PROBE = "dev.posthorn.internal.api.Payloads$Probe";

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    FILES.forEach(file -> hints.resources().registerPattern(file));
    for (ServiceLoader.Provider<?> store :
        ServiceLoader.load(StoreProvider.class, loader).stream().toList()) {
      hints.reflection().registerType(store.type(), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
    }
    // Its presence decides about the store.
    hints.reflection().registerTypeIfPresent(loader, StoreSelection.MODULE);
    hints.reflection().registerType(TypeReference.of(PROBE), MemberCategory.INVOKE_PUBLIC_METHODS);
  }
}

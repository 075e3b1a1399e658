package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.StoreProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.javapoet.ClassName;

/** The hints for native images, as those that Spring collects ahead of time. */
class PosthornRuntimeHintsTest {

  /** Returns the hints of a context, with those that Spring finds itself. */
  private static RuntimeHints collected(InMemoryGeneratedFiles files) {
    DefaultGenerationContext generation =
        new DefaultGenerationContext(
            new ClassNameGenerator(ClassName.get("com.example", "Program")), files);
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.register(PosthornAutoConfiguration.class);
    var unused = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
    generation.writeGeneratedContent();
    return generation.getRuntimeHints();
  }

  private static RuntimeHints collected() {
    return collected(new InMemoryGeneratedFiles());
  }

  /** Returns all files of a folder on the class path. */
  private static List<String> files(String folder) throws IOException {
    List<String> found = new ArrayList<>();
    for (Resource file :
        new PathMatchingResourcePatternResolver().getResources("classpath*:" + folder + "*.sql")) {
      found.add(folder + file.getFilename());
    }
    return found;
  }

  @Test
  void everyFileOfStatementsIsKept() throws IOException {
    RuntimeHints hints = collected();
    for (String folder :
        List.of(
            "dev/posthorn/store/sqlite/",
            "dev/posthorn/store/postgresql/",
            "dev/posthorn/inbox/")) {
      assertThat(files(folder))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(RuntimeHintsPredicates.resource().forResource(file))
                      .as(file)
                      .accepts(hints));
    }
  }

  @Test
  void everyStoreCanBeLoaded() {
    RuntimeHints hints = collected();
    assertThat(
            RuntimeHintsPredicates.resource()
                .forResource("META-INF/services/" + StoreProvider.class.getName()))
        .accepts(hints);
    List<ServiceLoader.Provider<?>> stores =
        List.copyOf(ServiceLoader.load(StoreProvider.class).stream().toList());
    assertThat(stores)
        .isNotEmpty()
        .allSatisfy(
            provider ->
                assertThat(
                        RuntimeHintsPredicates.reflection()
                            .onType(provider.type())
                            .withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
                    .accepts(hints));
  }

  @Test
  void typesThatAreLookedUpByNameAreKept() {
    RuntimeHints hints = collected();
    assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(StoreSelection.MODULE)))
        .accepts(hints);
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(TypeReference.of("dev.posthorn.internal.api.Payloads$Probe")))
        .accepts(hints);
  }

  @Test
  void propertiesCanBeBound() {
    RuntimeHints hints = collected();
    assertThat(
            List.of(
                PosthornProperties.class,
                PosthornProperties.Store.class,
                PosthornProperties.Postgresql.class,
                PosthornProperties.Inbox.class,
                PosthornProperties.Keys.class,
                PosthornProperties.Messages.class,
                PosthornProperties.Delivery.class,
                PosthornProperties.Network.class,
                PosthornProperties.Proxy.class))
        .allSatisfy(
            type ->
                assertThat(hints.reflection().getTypeHint(type))
                    .as(type.getName())
                    .extracting(TypeHint::constructors, as(InstanceOfAssertFactories.STREAM))
                    .hasSize(1));
  }

  @Test
  void theBeansAreWrittenAsCode() {
    InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
    collected(files);
    assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet())
        .anyMatch(name -> name.contains("PosthornAutoConfiguration"));
  }
}

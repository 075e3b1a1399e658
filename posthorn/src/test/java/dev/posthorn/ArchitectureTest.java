package dev.posthorn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The shape of the library: what may know what. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.posthorn");

  @Test
  void what_is_internal_is_used_only_by_the_package_around_it() {
    check(
        ArchRuleDefinition.classes()
            .that(areInternal())
            .should(beUsedOnlyFromThePackageAroundThem()));
  }

  @Test
  void the_seams_do_not_know_the_engine() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.posthorn.spi..",
                "dev.posthorn.internal.sqlite..",
                "dev.posthorn.internal.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.posthorn.internal.engine.."));
  }

  @Test
  void the_rules_know_neither_the_store_nor_the_engine() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.posthorn.internal.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.posthorn.spi.store..",
                "dev.posthorn.spi.runtime..",
                "dev.posthorn.internal.engine..",
                "dev.posthorn.internal.api..",
                "dev.posthorn.server.."));
  }

  @Test
  void scheduler_and_transport_do_not_know_the_store() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.posthorn.spi.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.posthorn.spi.store..", "dev.posthorn.spi.transport.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.posthorn.spi.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.posthorn.spi.store.."));
  }

  @Test
  void only_the_transport_knows_netty() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.posthorn.internal.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.vertx.."));
  }

  @Test
  void only_the_metrics_know_micrometer_and_nothing_needs_them() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.posthorn.metrics..", "dev.posthorn.internal.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.micrometer..", "dev.posthorn.metrics..", "dev.posthorn.internal.metrics.."));
  }

  @Test
  void only_payload_objects_need_more_of_jackson_than_its_core() {
    check(
        noClasses()
            .that()
            .haveNameNotMatching(
                "dev\\.posthorn\\.internal\\.api\\.(JacksonPayloads|ForeignSerializers)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson.databind..", "com.fasterxml.."));
  }

  @Test
  void nobody_sleeps() {
    check(noClasses().should().callMethod(Thread.class, "sleep", long.class));
    check(noClasses().should().callMethod(Thread.class, "sleep", long.class, int.class));
    check(noClasses().should().callMethod(Thread.class, "sleep", java.time.Duration.class));
  }

  @Test
  void what_is_to_be_said_goes_through_slf4j() {
    check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
    check(noClasses().should().accessField(System.class, "out"));
    check(noClasses().should().accessField(System.class, "err"));
  }

  /** Arguments of the same type change places unseen; more than six are told by builders. */
  @Test
  void constructors_with_more_than_six_arguments_are_for_their_own_class() {
    check(ArchRuleDefinition.classes().should(callOnlyConstructorsOfAtMost(6)));
  }

  private static ArchCondition<JavaClass> callOnlyConstructorsOfAtMost(int most) {
    return new ArchCondition<>(
        "call only their own constructors with more arguments than " + most) {
      @Override
      public void check(JavaClass javaClass, ConditionEvents events) {
        for (JavaConstructorCall call : javaClass.getConstructorCallsFromSelf()) {
          JavaClass made = call.getTargetOwner();
          if (call.getTarget().getRawParameterTypes().size() > most
              && made.getPackageName().startsWith("dev.posthorn")
              && !outermost(made).equals(outermost(javaClass))) {
            events.add(SimpleConditionEvent.violated(javaClass, call.getDescription()));
          }
        }
      }
    };
  }

  private static String outermost(JavaClass javaClass) {
    return javaClass.getName().replaceFirst("\\$.*", "");
  }

  private static void check(ArchRule rule) {
    // A package that a rule is about need not have any class yet.
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> areInternal() {
    return DescribedPredicate.describe(
        "are internal", javaClass -> surrounding(javaClass.getPackageName()) != null);
  }

  private static ArchCondition<JavaClass> beUsedOnlyFromThePackageAroundThem() {
    return new ArchCondition<>("be used only from the package around them") {
      @Override
      public void check(JavaClass javaClass, ConditionEvents events) {
        String around = surrounding(javaClass.getPackageName());
        for (Dependency dependency : javaClass.getDirectDependenciesToSelf()) {
          String user = dependency.getOriginClass().getPackageName();
          if (!user.equals(around) && !user.startsWith(around + ".")) {
            events.add(SimpleConditionEvent.violated(javaClass, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** Returns the package around the first one named internal, or null if none is. */
  private static @Nullable String surrounding(String name) {
    int at = (name + ".").indexOf(".internal.");
    return at < 0 ? null : name.substring(0, at);
  }
}

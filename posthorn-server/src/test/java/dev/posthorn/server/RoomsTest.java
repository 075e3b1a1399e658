package dev.posthorn.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Package dependencies of the server: api, auth and http in that order, without cycles. */
class RoomsTest {
  private static final int MOST_CLASSES = 46;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.posthorn.server");

  @Test
  void packagesHaveNoCircles() {
    SlicesRuleDefinition.slices()
        .matching("dev.posthorn.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void theHttpLayerKnowsNoTokensAndNoApi() {
    noClasses()
        .that(resideInAPackage("dev.posthorn.server.http.."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.posthorn.server.auth..", "dev.posthorn.server.api..", "dev.posthorn.server.boot..")
        .check(CLASSES);
  }

  @Test
  void tokensAreKnownBelowTheApi() {
    noClasses()
        .that(resideInAPackage("dev.posthorn.server.auth.."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.posthorn.server.api..", "dev.posthorn.server.boot..")
        .check(CLASSES);
  }

  @Test
  void aPackageCanBeTakenInAtAGlance() {
    Map<String, Integer> classes = new TreeMap<>();
    for (JavaClass javaClass : CLASSES) {
      if (javaClass.isTopLevelClass() && !javaClass.getSimpleName().equals("package-info")) {
        classes.merge(javaClass.getPackageName(), 1, Integer::sum);
      }
    }
    classes.values().removeIf(count -> count <= MOST_CLASSES);
    assertThat(classes).isEmpty();
  }
}

package dev.posthorn;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rooms of the library: the doors between packages lead one way. */
class RoomsTest {
  private static final int MOST_CLASSES = 52;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.posthorn");

  /**
   * Rooms in order: each may use those before it.
   *
   * @param house the package around them, which is the last room itself
   */
  record Rooms(String house, List<String> order) {
    @Override
    public String toString() {
      return house;
    }
  }

  static Stream<Rooms> houses() {
    return Stream.of(
        new Rooms(
            "dev.posthorn.internal.engine",
            List.of("base", "journal", "registry", "lane", "accept", "task")),
        new Rooms(
            "dev.posthorn.internal.sqlite",
            List.of("file", "log", "live", "history", "retention", "settings", "store")),
        new Rooms("dev.posthorn.internal.http", List.of("loop", "dns", "tls", "connection")),
        new Rooms("dev.posthorn.spi.store", List.of("rows", "reads")));
  }

  @ParameterizedTest
  @MethodSource("houses")
  void aRoomUsesOnlyRoomsBeforeIt(Rooms rooms) {
    for (int i = 0; i < rooms.order.size(); i++) {
      String[] later =
          Stream.concat(
                  rooms.order.stream().skip(i + 1L).map(room -> rooms.house + "." + room + ".."),
                  Stream.of(rooms.house))
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(rooms.house + "." + rooms.order.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .check(CLASSES);
    }
  }

  @ParameterizedTest
  @MethodSource("houses")
  void aHouseHasNoOtherRooms(Rooms rooms) {
    Stream<String> present =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(rooms.house + "."))
            .map(name -> name.substring(rooms.house.length() + 1));
    assertThat(present.distinct()).containsExactlyInAnyOrderElementsOf(rooms.order);
  }

  /** The root calls its implementation, which is the only way up. */
  @Test
  void packagesHaveNoCircles() {
    SlicesRuleDefinition.slices()
        .matching("dev.posthorn.(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(resideInAPackage("dev.posthorn"), alwaysTrue())
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

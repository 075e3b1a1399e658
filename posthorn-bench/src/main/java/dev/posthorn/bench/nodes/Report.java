package dev.posthorn.bench.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of what was measured, beside what it must be. */
final class Report {
  private final List<Row> rows = new ArrayList<>();

  private boolean broken;

  private record Row(String what, String measured, String budget, boolean met) {}

  /** Adds a figure that must be within a budget. */
  void add(String what, String measured, String budget, boolean met) {
    rows.add(new Row(what, measured, budget, met));
    System.err.printf("%s: %s%n", what, measured);
  }

  /** Adds a figure without a budget. */
  void add(String what, String measured) {
    add(what, measured, "", true);
  }

  /** Adds a count that a promise limits, however slow the machine is. */
  void addPromise(String what, long count, long most) {
    broken |= count > most;
    add(what, String.valueOf(count), most == 0 ? "0" : "<= " + most, count <= most);
  }

  /** Adds a time that must not be longer than another one. */
  void addTime(String what, long nanos, double mostSeconds) {
    add(
        what,
        seconds(nanos),
        String.format(Locale.ROOT, "<= %.1f s", mostSeconds),
        nanos <= mostSeconds * 1e9);
  }

  /** Returns whether all promises were kept, whatever the times were. */
  boolean isAsPromised() {
    return !broken;
  }

  /** Returns whether everything was within its budget. */
  boolean isGood() {
    return rows.stream().allMatch(Row::met);
  }

  /** Returns the table. */
  String table() {
    int what = rows.stream().mapToInt(row -> row.what.length()).max().orElse(0);
    int measured = rows.stream().mapToInt(row -> row.measured.length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    for (Row row : rows) {
      String line =
          String.format(
              "%-" + what + "s  %" + measured + "s  %s%s",
              row.what,
              row.measured,
              row.budget,
              row.met ? "" : "  MISSED");
      table.append(line.stripTrailing()).append('\n');
    }
    return table.toString();
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }

  static String millis(double nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}

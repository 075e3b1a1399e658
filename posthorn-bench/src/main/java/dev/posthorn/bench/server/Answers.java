package dev.posthorn.bench.server;

/** Reads as much of an HTTP answer as is needed to know where it ends. */
final class Answers {
  private static final int STATUS = "HTTP/1.1 ".length();
  private static final byte[] LENGTH = {
    'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h', ':'
  };

  private Answers() {}

  /** Returns the status of an answer. */
  static int status(byte[] answer) {
    int status = 0;
    for (int i = STATUS; i < STATUS + 3; i++) {
      status = status * 10 + answer[i] - '0';
    }
    return status;
  }

  /** Returns where an answer ends, or -1 if it has not come whole. */
  static int end(byte[] answer, int length) {
    int body = 0;
    int line = 0;
    for (int i = 0; i < length; i++) {
      if (answer[i] == '\n') {
        if (i - line <= 1) {
          return i + 1 + body <= length ? i + 1 + body : -1;
        }
        line = i + 1;
      } else if (i - line == LENGTH.length && isLength(answer, line)) {
        body = number(answer, i);
      }
    }
    return -1;
  }

  private static boolean isLength(byte[] answer, int line) {
    for (int i = 0; i < LENGTH.length; i++) {
      if ((answer[line + i] | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] answer, int from) {
    int number = 0;
    for (int i = from; i < answer.length && answer[i] != '\r'; i++) {
      number = answer[i] == ' ' ? number : number * 10 + answer[i] - '0';
    }
    return number;
  }
}

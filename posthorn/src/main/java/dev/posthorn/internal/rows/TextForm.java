package dev.posthorn.internal.rows;

/** The stored form of texts, for a database that cannot store each Java string unchanged. */
public interface TextForm {

  /** Texts that are stored unchanged. */
  TextForm PLAIN =
      new TextForm() {
        @Override
        public String toStored(String text) {
          return text;
        }

        @Override
        public String ofStored(String stored) {
          return stored;
        }
      };

  /** Returns the stored form of a text. */
  String toStored(String text);

  /** Returns the text of a stored form. */
  String ofStored(String stored);
}

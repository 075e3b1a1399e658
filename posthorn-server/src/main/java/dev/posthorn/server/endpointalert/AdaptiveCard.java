package dev.posthorn.server.endpointalert;

import tools.jackson.core.JsonGenerator;

/** A message with one card, as workflows of Microsoft Teams take it. */
final class AdaptiveCard {
  private AdaptiveCard() {}

  /** Writes the properties of the message. */
  static void write(JsonGenerator json, String text) {
    json.writeStringProperty("type", "message");
    json.writeArrayPropertyStart("attachments");
    json.writeStartObject();
    json.writeStringProperty("contentType", "application/vnd.microsoft.card.adaptive");
    json.writeObjectPropertyStart("content");
    json.writeStringProperty("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    json.writeStringProperty("type", "AdaptiveCard");
    json.writeStringProperty("version", "1.4");
    json.writeArrayPropertyStart("body");
    for (String paragraph : text.split("\n+", -1)) {
      json.writeStartObject();
      json.writeStringProperty("type", "TextBlock");
      json.writeStringProperty("text", paragraph);
      json.writeBooleanProperty("wrap", true);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
  }
}

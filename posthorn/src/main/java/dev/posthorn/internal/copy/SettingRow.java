package dev.posthorn.internal.copy;

/**
 * A setting of a store itself.
 *
 * @param name its name
 * @param value its value
 */
public record SettingRow(String name, String value) {}

package dev.posthorn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of messages, newest first.
 *
 * @param messages what was found, without payloads
 * @param next what to ask for the next page with, or null if this is the last one
 */
public record MessagePage(List<Message> messages, @Nullable String next) {}

/** The rules for names, texts, headers, schedules and limits. */
@NullMarked
package dev.posthorn.internal.rules;

import org.jspecify.annotations.NullMarked;

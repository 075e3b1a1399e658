/** Sample data for a development server. */
@NullMarked
package dev.posthorn.server.sample;

import org.jspecify.annotations.NullMarked;

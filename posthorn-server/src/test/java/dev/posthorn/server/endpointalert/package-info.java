/** Tests of alerts. */
@NullMarked
package dev.posthorn.server.endpointalert;

import org.jspecify.annotations.NullMarked;

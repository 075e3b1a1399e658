/**
 * The rules that every store keeps, as tests: extend {@link StoreConformance} for a store of your
 * own.
 */
@NullMarked
package dev.posthorn.testkit.store;

import org.jspecify.annotations.NullMarked;

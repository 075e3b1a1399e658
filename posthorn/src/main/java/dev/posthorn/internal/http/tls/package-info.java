/** TLS contexts, client certificates and the validation of certificate chains. */
@NullMarked
package dev.posthorn.internal.http.tls;

import org.jspecify.annotations.NullMarked;

/** Signatures of webhooks by the Standard Webhooks specification: signing, verifying, keys. */
module dev.posthorn.signature {
  requires static transitive org.jspecify;

  exports dev.posthorn.signature;
}

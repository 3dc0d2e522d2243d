/// Bencoding (BEP 3): a strict reader for bytes from outside, and a writer.
///
/// ```java
/// BencodeValue.Dictionary root = Bencode.readDictionary(bytes, BencodeLimits.METAINFO);
/// long interval = root.integer("interval").orElse(1800);
/// byte[] wire = BencodeWriter.write(root);
/// ```
package dev.jackdaw.protocol.bencode;

/// `.torrent` files and magnet links (BEP 3, 5, 9, 12, 17, 19, 27, 47, 53): parsed into immutable values, with every
/// file name made safe in one place, and created from files.
package dev.jackdaw.protocol.metainfo;

/// A Mainline DHT node (BEP 5).
package dev.jackdaw.dht;

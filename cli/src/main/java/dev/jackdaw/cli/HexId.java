package dev.jackdaw.cli;

import dev.jackdaw.dht.NodeId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A point of the DHT's space on the command line, for picocli: an info-hash, a node's id or an item's target, as 40
/// hexadecimal digits.
final class HexId implements ITypeConverter<NodeId> {
    @Override
    public NodeId convert(String text) {
        try {
            return NodeId.ofHex(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + Shown.text(text) + "' is not what was expected: 40 hexadecimal digits");
        }
    }
}

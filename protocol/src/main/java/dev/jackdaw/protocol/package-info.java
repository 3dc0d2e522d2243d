/// The values every module speaks: identities ([InfoHash], [PeerId]), addresses ([PeerAddress]), the arithmetic of
/// pieces and blocks ([PieceLayout], [BlockRequest], [Bitfield]), time ([Ticker]) and broken input
/// ([ProtocolException]).
package dev.jackdaw.protocol;

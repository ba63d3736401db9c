// SPDX-License-Identifier: Apache-2.0
// A response as the bytes to be sent: its head, then its body piece by piece. It does no output: the connection sends
// its buffers.
#pragma once

#include "body_pipeline.hpp"
#include "reeve/http/server.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::http {

// What the request asks of its response.
struct response_terms {
  bool version_11 = true;
  bool keep_alive = false; // the connection stays open after it
  bool head = false;       // no body
  bool gzip = false;       // the client takes it
};

class response_writer {
 public:
  // Renders the head and makes the first piece. Clears terms.keep_alive when the end of the connection is the body's
  // only end. Throws what the body's source throws; then begin() again or end().
  void begin(response& r, response_terms& terms, bool may_compress);
  // The next piece; throws what the source throws.
  void next();
  // Nothing follows the piece that there is.
  bool finished() const noexcept { return body_finished_; }
  // Lets go of the body and its source.
  void end();

  // The piece with its framing, and with the head before the first. Valid until the next call of anything here.
  std::array<boost::asio::const_buffer, 4> buffers();

 private:
  std::optional<body_pipeline> body_;
  std::string header_;
  std::string chunk_line_;
  std::string_view piece_;
  bool body_finished_ = true;
  bool framed_ = false; // in chunks
};

} // namespace reeve::http

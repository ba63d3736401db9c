// SPDX-License-Identifier: Apache-2.0
// A response's body in pieces of about 64 KiB, compressed on the way when asked for. One piece in memory at a
// time.
#pragma once

#include "reeve/http/server.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace reeve::http {

inline constexpr std::size_t piece_bytes = 64 * 1024;

class body_pipeline {
 public:
  body_pipeline(std::string text, std::unique_ptr<body_source> stream,
                bool gzip); // the stream wins where there is one
  ~body_pipeline();
  body_pipeline(const body_pipeline&) = delete;
  body_pipeline& operator=(const body_pipeline&) = delete;

  // The next piece, valid until the next call. It may be empty only when it is the last. Throws what the
  // source throws.
  std::string_view next();
  bool finished() const noexcept { return finished_; }

 private:
  class deflater;

  std::string_view raw(std::size_t at_least); // uncompressed; sets raw_finished_

  std::string text_;
  std::size_t offset_ = 0; // of text_
  std::unique_ptr<body_source> stream_;
  std::string raw_;
  bool raw_finished_ = false;
  std::unique_ptr<deflater> deflater_; // null: as it is
  std::string out_;
  bool finished_ = false;
};

} // namespace reeve::http

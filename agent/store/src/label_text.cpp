// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/label_text.hpp"

#include <cstring>
#include <new>

namespace reeve::store {

label_ref label_ref::make(std::string_view rendered) {
  label_ref made;
  if (rendered.empty()) return made;
  made.block_ = new (::operator new(sizeof(block) + rendered.size())) block;
  made.block_->length = static_cast<std::uint32_t>(rendered.size());
  std::memcpy(static_cast<void*>(made.block_ + 1), rendered.data(), rendered.size());
  return made;
}

void label_ref::release(block* last) noexcept {
  last->~block();
  ::operator delete(last);
}

} // namespace reeve::store

// SPDX-License-Identifier: Apache-2.0
// A file of its own: inlined beside its callers, gcc takes new and free for a mismatched pair.
#include "counting_heap.hpp"

#include <cstdlib>
#include <new>

namespace {
std::size_t count = 0;
}

std::size_t reeve::test::allocations() noexcept {
  return count;
}

void* operator new(std::size_t size) {
  ++count;
  if (void* const made = std::malloc(size ? size : 1)) return made;
  throw std::bad_alloc();
}
void operator delete(void* gone) noexcept {
  std::free(gone);
}
void operator delete(void* gone, std::size_t) noexcept {
  std::free(gone);
}

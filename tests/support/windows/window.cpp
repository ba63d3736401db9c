// SPDX-License-Identifier: Apache-2.0
// window [CODE]   shows a window, says "ready", and ends with that exit code when it is closed; "no window" and status 2
//                 where there can be none
#include <windows.h>

#include <cstdio>
#include <cstdlib>

namespace {

int code_at_end = 0;

LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM w, LPARAM l) {
  if (message != WM_CLOSE) return DefWindowProcW(window, message, w, l);
  PostQuitMessage(code_at_end);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc > 1) code_at_end = std::atoi(argv[1]);
  WNDCLASSW kind{};
  kind.lpfnWndProc = procedure;
  kind.hInstance = GetModuleHandleW(nullptr);
  kind.lpszClassName = L"reeve-test-window";
  RegisterClassW(&kind);
  if (!CreateWindowW(kind.lpszClassName, L"Reeve", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 0, 0, 100, 100, nullptr,
                     nullptr, kind.hInstance, nullptr)) {
    std::puts("no window");
    return 2;
  }
  std::puts("ready");
  std::fflush(stdout);
  MSG message;
  while (GetMessageW(&message, nullptr, 0, 0) > 0)
    DispatchMessageW(&message);
  return static_cast<int>(message.wParam);
}

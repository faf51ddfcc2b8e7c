# Writes a C++ file with one function a text: std::string_view NAME(), NAME.json's bytes. -DOUT= -DHEADER= -DNAMESPACE= "-DTEXTS=a.json;b.json"
include(${CMAKE_CURRENT_LIST_DIR}/RawLiteral.cmake)
set(body "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n\n")
foreach(file IN LISTS TEXTS)
  get_filename_component(name ${file} NAME_WE)
  raw_literal(${file} literal)
  string(APPEND body "std::string_view ${name}() {\n    return ${literal};\n}\n\n")
endforeach()
file(WRITE ${OUT} "${body}} // namespace ${NAMESPACE}\n")

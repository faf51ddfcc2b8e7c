# What is installed and where; `cmake --install`, the .deb and the tarball all have these rules. Below PREFIX: bin, share, lib/systemd;
# the configuration is /etc/mooring where PREFIX is /usr or /usr/local, else PREFIX/etc/mooring.
include(GNUInstallDirs)

# Made by the program itself as soon as it is linked, so that they cannot differ from it.
set(mooring_made ${PROJECT_BINARY_DIR}/share)
add_custom_command(TARGET mooring POST_BUILD VERBATIM
  COMMAND ${CMAKE_COMMAND} -DMOORING=$<TARGET_FILE:mooring> -DOUT=${mooring_made} -DSOURCE=${PROJECT_SOURCE_DIR}
    -DVERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/MakeShared.cmake)

install(TARGETS mooring RUNTIME DESTINATION bin)
install(DIRECTORY ${mooring_made}/man DESTINATION share)
install(FILES ${mooring_made}/completions/mooring DESTINATION share/bash-completion/completions)
install(FILES ${mooring_made}/completions/mooring.fish DESTINATION share/fish/vendor_completions.d)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/schema/ DESTINATION share/mooring/schema
  FILES_MATCHING PATTERN "*.schema.json" PATTERN "openapi.yaml")
install(DIRECTORY ${mooring_made}/doc/ DESTINATION share/doc/mooring)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION share/doc/mooring)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/manifests/examples DESTINATION share/doc/mooring)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/deploy/grafana ${PROJECT_SOURCE_DIR}/deploy/prometheus ${PROJECT_SOURCE_DIR}/deploy/controls
  DESTINATION share/doc/mooring/examples)

# What depends on PREFIX, which is known only now.
set(mooring_source ${PROJECT_SOURCE_DIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/InstallByPrefix.cmake.in ${PROJECT_BINARY_DIR}/InstallByPrefix.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/InstallByPrefix.cmake)

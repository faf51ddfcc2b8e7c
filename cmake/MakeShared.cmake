# Writes OUT/: manual pages and completions, as the program itself prints them, and the texts of share/doc/mooring.
function(printed file)
  execute_process(COMMAND ${MOORING} ${ARGN} OUTPUT_FILE ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
# Without a name and a time inside, so that the same text is the same bytes.
function(packed text file)
  file(WRITE ${file} "${text}")
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${OUT})
file(MAKE_DIRECTORY ${OUT}/completions ${OUT}/man ${OUT}/doc)
printed(${OUT}/completions/mooring completion bash)
printed(${OUT}/completions/_mooring completion zsh)
printed(${OUT}/completions/mooring.fish completion fish)

# The time of the release, else that of the last commit.
set(seconds "$ENV{SOURCE_DATE_EPOCH}")
if(seconds STREQUAL "")
  execute_process(COMMAND git -C ${SOURCE} log -1 --format=%ct OUTPUT_VARIABLE seconds OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(seconds STREQUAL "")
  set(seconds 0)
endif()
execute_process(COMMAND date -u -R -d @${seconds} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND date -u +%Y-%m-%d -d @${seconds} OUTPUT_VARIABLE day OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

execute_process(COMMAND ${MOORING} manual --output ${OUT}/man --date ${day} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB pages ${OUT}/man/man*/*)
execute_process(COMMAND gzip -9nf ${pages} COMMAND_ERROR_IS_FATAL ANY)

file(READ ${SOURCE}/CHANGELOG.md changes)
packed("${changes}" ${OUT}/doc/changelog)
file(COPY ${SOURCE}/deploy/packages/deb/copyright DESTINATION ${OUT}/doc)
packed("mooring (${VERSION}-1) unstable; urgency=medium

  * Mooring ${VERSION}: what changed is in changelog.gz.

 -- Mooring maintainers <maintainers@mooring.invalid>  ${date}
" ${OUT}/doc/changelog.Debian)

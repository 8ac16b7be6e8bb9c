//! The part of wasm-bindgen that worker-build uses. The program of that name also drives browsers and serves their tests, and
//! takes four times as many crates.

use std::env;
use std::error::Error;
use std::path::PathBuf;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let (mut bindgen, mut folder) = (Bindgen::new(), PathBuf::new());
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} lacks its value"));
        match arg.as_str() {
            "--out-dir" => folder = value()?.into(),
            "--out-name" => _ = bindgen.out_name(&value()?),
            "--target" if value()? == "module" => _ = bindgen.module(true)?,
            "--no-typescript" => _ = bindgen.typescript(false),
            "--no-demangle" => _ = bindgen.demangle(false),
            "--experimental-reset-state-function" => _ = bindgen.reset_state_function(true),
            "--force-enable-abort-handler" => _ = bindgen.force_enable_abort_handler(true),
            input if !input.starts_with('-') => _ = bindgen.input_path(input),
            unknown => return Err(format!("scripts/tools/wasm-bindgen.rs does not know {unknown}").into()),
        }
    }
    Ok(bindgen.generate(folder)?)
}

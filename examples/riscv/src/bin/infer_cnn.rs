#![no_std]
#![no_main]

#[riscv_rt::entry]
fn main() -> ! {
    congruent_riscv::run(congruent_device::infer_cnn)
}

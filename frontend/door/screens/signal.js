// @ts-check
/** Sound and vibration for a verdict, so that nobody has to look up. */

/** @type {AudioContext | undefined} */ let audio;
/** @type {Record<string, {notes: [number, number][], shake: number[]}>} */
const SIGNALS = {
  ok: {notes: [[880, 0.09], [1320, 0.14]], shake: [60]},
  dup: {notes: [[520, 0.14], [520, 0.14]], shake: [120, 60, 120]},
  no: {notes: [[300, 0.16], [200, 0.3]], shake: [250]},
  wait: {notes: [[440, 0.2]], shake: [80]},
};

/** @param {string} kind */
export function signal(kind) {
  const {notes, shake} = SIGNALS[kind];
  navigator.vibrate?.(shake);
  try {
    audio ??= new AudioContext();
    let at = audio.currentTime;
    for (const [pitch, seconds] of notes) {
      const tone = audio.createOscillator(), volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + seconds);
      at += seconds + 0.03;
    }
  } catch {
    // A tablet without sound still shows the colour and the word.
  }
}

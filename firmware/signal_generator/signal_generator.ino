// Sends four signals without any wiring, to try Pinbridge with only a board and its cable.
//
//   v0  sine, -1.000 ... 1.000, one period in 10 s
//   v1  triangle, 0 ... 100 ... 0, one period in 10 s
//   v2  counter, goes up by one with each sample; a gap means that a line was lost
//   v3  text, once a second
//
// 20 samples a second at 115,200 baud, CR LF after each line. Send "?" and the sketch prints its name.

const uint32_t SAMPLE_INTERVAL_MS = 50;
const uint16_t SAMPLES_PER_S = 1000 / SAMPLE_INTERVAL_MS;
const uint16_t SAMPLES_PER_PERIOD = 10 * SAMPLES_PER_S;

// Blynk's integers are signed 32-bit numbers: at their maximum, after three years, the counter starts again at 0.
const uint32_t COUNTER_MAX = 2147483647UL;

uint32_t previousMs;
uint32_t counter = 0;
uint16_t phase = 0;   // samples since the period began
uint8_t sinceText = 0; // samples since the last text
uint32_t upForS = 0;

void announce() {
  Serial.println(F("# sketch=signal_generator version=1.0"));
}

void printSine() {
  const float angle = 2.0 * M_PI * phase / SAMPLES_PER_PERIOD;
  Serial.print(F("v0="));
  Serial.println(sin(angle), 3);
}

void printTriangle() {
  const uint16_t half = SAMPLES_PER_PERIOD / 2;
  const uint16_t height = phase < half ? phase : SAMPLES_PER_PERIOD - phase;
  Serial.print(F("v1="));
  Serial.println(100UL * height / half);
}

void printCounter() {
  Serial.print(F("v2="));
  Serial.println(counter);
}

void printText() {
  Serial.print(F("v3=up for "));
  Serial.print(upForS);
  Serial.println(F(" s"));
}

void sample() {
  printSine();
  printTriangle();
  printCounter();
  if (sinceText == 0) {
    printText();
    upForS++;
  }
  sinceText = (sinceText + 1) % SAMPLES_PER_S;
  phase = (phase + 1) % SAMPLES_PER_PERIOD;
  counter = counter < COUNTER_MAX ? counter + 1 : 0;
}

void setup() {
  Serial.begin(115200);
  while (!Serial) {
    // A board with native USB (Leonardo) waits here until a program opens the port. An Uno does not wait.
  }
  announce();
  previousMs = millis() - SAMPLE_INTERVAL_MS; // the first sample is due at once
}

void loop() {
  if (Serial.read() == '?') {
    announce();
  }
  if (millis() - previousMs >= SAMPLE_INTERVAL_MS) {
    // Not "= millis()", which would add the time for printing to every interval. After a delay, the samples
    // that are due follow at once, so that none is missing.
    previousMs += SAMPLE_INTERVAL_MS;
    sample();
  }
}

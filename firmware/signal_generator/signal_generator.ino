// Four signals that need no wiring, for trying the bridge with nothing but a board and its cable.
//
//   v0  sine, -1.000 ... 1.000, one period in 10 s
//   v1  triangle, 0 ... 100 ... 0, one period in 10 s
//   v2  counter, one more with each sample; a gap in it is a lost line
//   v3  text, once a second
//
// 20 samples a second at 115,200 baud, CR LF after each line. Send "?" and the sketch says its name.

const uint32_t SAMPLE_INTERVAL_MS = 50;
const uint16_t SAMPLES_PER_S = 1000 / SAMPLE_INTERVAL_MS;
const uint16_t SAMPLES_PER_PERIOD = 10 * SAMPLES_PER_S;

// Blynk's integers are signed and 32 bits wide: start again where they end, in three years.
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
    // A board with USB of its own (Leonardo) waits here until a program opens the port. An Uno does not wait.
  }
  announce();
  previousMs = millis() - SAMPLE_INTERVAL_MS; // the first sample is due at once
}

void loop() {
  if (Serial.read() == '?') {
    announce();
  }
  if (millis() - previousMs >= SAMPLE_INTERVAL_MS) {
    // Not "= millis()": what printing took would be added to every interval. A sample that comes late is
    // made up for, none is left out.
    previousMs += SAMPLE_INTERVAL_MS;
    sample();
  }
}

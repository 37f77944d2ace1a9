// Prints the emulated board's inputs: v0 is the ADC value of A0, v1 the level of pin 2.

int previousLevel = -1;

void setup() {
  Serial.begin(115200);
  Serial.println(F("# sketch=inputs_probe"));
}

void loop() {
  if (Serial.read() == 'a') {
    Serial.print(F("v0="));
    Serial.println(analogRead(A0));
  }
  const int level = digitalRead(2);
  if (level != previousLevel) {
    previousLevel = level;
    Serial.print(F("v1="));
    Serial.println(level);
  }
}

// Starts Swagger UI where the page has left room for it; a strict content security policy allows no inline script.
"use strict";

const place = document.getElementById("swagger-ui");

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  // Its links inside of buttons cannot be reached by a screen reader.
  deepLinking: false,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: ["get"],
  validatorUrl: null,
});

// Shows the description that this very service gives of itself. Nothing is asked of any other.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#description",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // Its validator is a server of somebody else.
  validatorUrl: null,
});
